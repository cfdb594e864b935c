import { CertificateLookup } from "@/features/certificate/certificate-lookup";

export default function UnknownCertificate() {
  return (
    <div className="page-narrow py-12 sm:py-20">
      <CertificateLookup unknown />
    </div>
  );
}
