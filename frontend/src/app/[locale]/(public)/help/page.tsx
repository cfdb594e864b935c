import { InformationPage, informationMetadata } from "@/features/information/information-page";

export const generateMetadata = () => informationMetadata("help");

export default function HelpPage() {
  return <InformationPage name="help" />;
}
