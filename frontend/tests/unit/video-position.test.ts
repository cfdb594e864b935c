import { expect, test } from "vitest";

import { secondsIn, startingAt } from "@/features/learn/video-position";

test("each host is told in its own way where to start", () => {
  expect(startingAt("https://www.youtube-nocookie.com/embed/x", 83)).toBe(
    "https://www.youtube-nocookie.com/embed/x?enablejsapi=1&start=83",
  );
  expect(startingAt("https://www.youtube-nocookie.com/embed/x", 0)).toBe(
    "https://www.youtube-nocookie.com/embed/x?enablejsapi=1",
  );
  expect(startingAt("https://player.vimeo.com/video/1?h=2", 83)).toBe("https://player.vimeo.com/video/1?h=2#t=83s");
});

test.each([
  ['{"event":"infoDelivery","info":{"currentTime":83.4}}', 83],
  ['{"event":"timeupdate","data":{"seconds":12.9,"duration":60}}', 12],
  [{ event: "timeupdate", data: { seconds: 5 } }, 5],
  ['{"event":"infoDelivery","info":{"volume":1}}', null],
  ['{"event":"ready"}', null],
  ['{"event":"infoDelivery","info":{"currentTime":-1}}', null],
  ["no JSON", null],
  ["null", null],
  [undefined, null],
])("%j tells of %s seconds", (message, seconds) => {
  expect(secondsIn(message)).toBe(seconds);
});
