import "server-only";

import createClient, { type ClientOptions } from "openapi-fetch";
import { cache } from "react";

import { serviceUrls } from "@/lib/env";
import { accessToken } from "@/lib/session/current";

import { outgoing, OutgoingRequest, visitorHeaders } from "./outgoing";
import type { paths as CoursePaths } from "./schema/course";
import type { paths as EnrollmentPaths } from "./schema/enrollment";
import type { paths as IdentityPaths } from "./schema/identity";
import type { paths as NotificationPaths } from "./schema/notification";
import type { paths as PaymentPaths } from "./schema/payment";

/**
 * Return the five services without a token, for public data.
 *
 *     const course = await outcome((await anonymous()).course.GET("/courses/{course_id}", { params: { path: { course_id: ref } } }));
 */
export const anonymous = cache(async () => clients(await visitorHeaders()));

/** Return the five services as the signed-in user; without one, as `anonymous`. */
export const asUser = cache(async () => {
  const token = await accessToken();
  return clients({ ...(await visitorHeaders()), ...(token && { Authorization: `Bearer ${token}` }) });
});

function clients(headers: Record<string, string>) {
  const options = (baseUrl: string): ClientOptions => ({
    baseUrl,
    headers,
    fetch: outgoing,
    Request: OutgoingRequest,
  });
  return {
    identity: createClient<IdentityPaths>(options(serviceUrls.identity)),
    course: createClient<CoursePaths>(options(serviceUrls.course)),
    enrollment: createClient<EnrollmentPaths>(options(serviceUrls.enrollment)),
    payment: createClient<PaymentPaths>(options(serviceUrls.payment)),
    notification: createClient<NotificationPaths>(options(serviceUrls.notification)),
  };
}
