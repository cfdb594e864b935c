import { InformationPage, informationMetadata } from "@/features/information/information-page";

export const generateMetadata = () => informationMetadata("terms");

export default function TermsPage() {
  return <InformationPage name="terms" />;
}
