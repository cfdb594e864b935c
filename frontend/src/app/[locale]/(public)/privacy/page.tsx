import { InformationPage, informationMetadata } from "@/features/information/information-page";

export const generateMetadata = () => informationMetadata("privacy");

export default function PrivacyPage() {
  return <InformationPage name="privacy" />;
}
