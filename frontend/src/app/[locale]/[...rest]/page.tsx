import { notFound } from "next/navigation";

/** URLs without a page get the site's own 404. */
export default function UnknownPage() {
  notFound();
}
