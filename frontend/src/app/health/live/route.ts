/** For probes: this process responds. It calls no service. */
export function GET() {
  return Response.json({ status: "ok" });
}
