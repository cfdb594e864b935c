import { InformationPage, informationMetadata } from "@/features/information/information-page";

export const generateMetadata = () => informationMetadata("about");

export default function AboutPage() {
  return <InformationPage name="about" />;
}
