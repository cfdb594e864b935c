import "server-only";

import { outgoing } from "@/lib/api/outgoing";
import { type ServiceName, SERVICES } from "@/lib/api/services";
import { serviceUrls } from "@/lib/env";

export interface PartStatus {
  name: ServiceName;
  ready: boolean;
  milliseconds: number;
}

/** Request the readiness of every service, concurrently. */
export function readStatus(): Promise<PartStatus[]> {
  return Promise.all(SERVICES.map(ask));
}

async function ask(name: ServiceName): Promise<PartStatus> {
  const started = performance.now();
  const ready = await outgoing(`${serviceUrls[name]}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );
  return { name, ready, milliseconds: Math.round(performance.now() - started) };
}
