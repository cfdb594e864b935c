import type { MetadataRoute } from "next";

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: "EduPlatform",
    short_name: "EduPlatform",
    start_url: "/",
    display: "standalone",
    background_color: "#faf7f1",
    theme_color: "#0e5a57",
    icons: [
      { src: "/icon.svg", type: "image/svg+xml", sizes: "any" },
      { src: "/apple-icon.png", type: "image/png", sizes: "180x180" },
    ],
  };
}
