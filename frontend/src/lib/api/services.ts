/** The five services and their ports during development; `INTERNAL_<NAME>_URL` overrides them. */
export const SERVICE_PORTS = { identity: 8001, course: 8002, enrollment: 8003, payment: 8004, notification: 8005 };

export type ServiceName = keyof typeof SERVICE_PORTS;

export const SERVICES = Object.keys(SERVICE_PORTS) as ServiceName[];
