import { expect, test } from "vitest";

import { positionIn, positionReader, startingAt } from "@/features/learn/video-position";

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
  ['{"event":"infoDelivery","info":{"currentTime":0}}', null],
  ['{"event":"ready"}', null],
  ['{"event":"infoDelivery","info":{"currentTime":-1}}', null],
  ["no JSON", null],
  ["null", null],
  [undefined, null],
])("%j tells of %s seconds", (message, seconds) => {
  expect(positionReader()(message)).toBe(seconds);
});

test("a video that was watched to its end starts again", () => {
  const read = positionReader();
  const youtube = (info: object) => read(JSON.stringify({ event: "infoDelivery", info }));
  expect(youtube({ duration: 600.2 })).toBeNull();
  expect(youtube({ currentTime: 589.9 })).toBe(589);
  expect(youtube({ currentTime: 591 })).toBe(0);
  expect(youtube({ currentTime: 600.2 })).toBe(0);
  const vimeo = positionReader();
  expect(vimeo({ event: "timeupdate", data: { seconds: 26, duration: 30 } })).toBe(26);
  expect(vimeo({ event: "timeupdate", data: { seconds: 28, duration: 30 } })).toBe(0);
  // A live stream has no length.
  expect(positionReader()({ event: "timeupdate", data: { seconds: 26, duration: 0 } })).toBe(26);
});

test("a replaced video starts at its beginning", () => {
  const done = { positions: { a: 83, b: 20 }, position_videos: { a: "https://player.vimeo.com/video/1" } };
  expect(positionIn({ id: "a", video_url: "https://player.vimeo.com/video/1" }, done)).toBe(83);
  expect(positionIn({ id: "a", video_url: "https://player.vimeo.com/video/2" }, done)).toBe(0);
  expect(positionIn({ id: "b", video_url: "https://player.vimeo.com/video/1" }, done)).toBe(20);
  expect(positionIn({ id: "c", video_url: null }, done)).toBe(0);
});
