/** The five services and the port each listens on during development; `INTERNAL_<NAME>_URL` says otherwise. */
export const SERVICE_PORTS = { identity: 8001, course: 8002, enrollment: 8003, payment: 8004, notification: 8005 };

export type ServiceName = keyof typeof SERVICE_PORTS;

export const SERVICES = Object.keys(SERVICE_PORTS) as ServiceName[];
