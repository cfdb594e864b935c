/** For probes: this process answers. It asks no service. */
export function GET() {
  return Response.json({ status: "ok" });
}
