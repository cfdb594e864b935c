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
  // For everybody a title comes with its page, not after it: a change of page is announced by the title. No page waits
  // longer for it, as none shows anything before it is whole.
  htmlLimitedBots: /.*/,
  experimental: {
    authInterrupts: true,
    serverActions: { bodySizeLimit: "1mb" },
    optimizePackageImports: ["radix-ui", "lucide-react"],
  },
};

export default withNextIntl(config);
