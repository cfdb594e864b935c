/** The wire's types under the names that the pages use. */
import type { components as Course } from "./schema/course";
import type { components as Enrollment } from "./schema/enrollment";
import type { components as Identity } from "./schema/identity";
import type { components as Notification } from "./schema/notification";
import type { components as Payment } from "./schema/payment";

export type CourseRead = Course["schemas"]["CourseRead"];
export type CourseList = Course["schemas"]["CourseList"];
export type Facets = Course["schemas"]["Facets"];
export type Category = Course["schemas"]["CategoryRead"];
export type Curriculum = Course["schemas"]["CurriculumRead"];
export type CourseReviews = Course["schemas"]["CourseReviews"];
export type Review = Course["schemas"]["ReviewRead"];
export type Lesson = Course["schemas"]["LessonRead"];
export type Me = Identity["schemas"]["Me"];
export type PublicUser = Identity["schemas"]["PublicUser"];
export type TokenPair = Identity["schemas"]["TokenPair"];
export type Enrolled = Enrollment["schemas"]["MyEnrollment"];
export type Certificate = Enrollment["schemas"]["CertificateRead"];
export type MyCertificate = Enrollment["schemas"]["MyCertificate"];
export type Notice = Notification["schemas"]["NotificationOut"];
export type NoticePage = Notification["schemas"]["NotificationPage"];
export type PaymentRead = Payment["schemas"]["PaymentOut"];
export type Session = Identity["schemas"]["SessionOut"];
export type AdminUser = Identity["schemas"]["AdminUser"];
export type PendingTeacher = Identity["schemas"]["PendingTeacher"];
export type AuditEntry = Identity["schemas"]["AuditEntryOut"];
