import "server-only";

import { outgoing } from "@/lib/api/outgoing";
import { type ServiceName, serviceUrls } from "@/lib/env";

export interface PartStatus {
  name: ServiceName;
  ready: boolean;
  milliseconds: number;
}

/** Ask every service whether it is ready, all at once. */
export function readStatus(): Promise<PartStatus[]> {
  return Promise.all(Object.keys(serviceUrls).map((name) => ask(name as ServiceName)));
}

async function ask(name: ServiceName): Promise<PartStatus> {
  const started = performance.now();
  const ready = await outgoing(`${serviceUrls[name]}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );
  return { name, ready, milliseconds: Math.round(performance.now() - started) };
}
