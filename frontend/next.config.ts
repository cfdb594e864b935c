import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin({
  requestConfig: "./src/lib/i18n/request.ts",
  // Browsers need no parser of messages then.
  experimental: {
    messages: { path: ["./messages/en", "./messages/ru"], locales: ["en", "ru"], format: "json", precompile: true },
  },
});

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  reactStrictMode: true,
  // The tests check the types; a start of the platform need not wait for it.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  experimental: {
    authInterrupts: true,
    serverActions: { bodySizeLimit: "1mb" },
    optimizePackageImports: ["radix-ui", "lucide-react"],
  },
};

export default withNextIntl(config);
