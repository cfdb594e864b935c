import { notFound } from "next/navigation";

/** Addresses that no page has get the site's own 404. */
export default function UnknownPage() {
  notFound();
}
