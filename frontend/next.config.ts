import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

import { LOCALES } from "./src/lib/i18n/locales";
import { NOTHING_ALLOWED, SECURITY_HEADERS } from "./src/lib/security/headers";

const withNextIntl = createNextIntlPlugin({
  requestConfig: "./src/lib/i18n/request.ts",
  // Then browsers need no parser of messages.
  experimental: {
    messages: {
      path: LOCALES.map((locale) => `./messages/${locale}`),
      locales: LOCALES,
      format: "json",
      precompile: true,
    },
  },
});

const takesBrotli = { type: "header", key: "accept-encoding", value: "(?:.*,)?\\s*br\\s*(?:,.*)?" } as const;
const TYPES = { js: "application/javascript; charset=UTF-8", css: "text/css; charset=UTF-8" };
const COMPRESSED = process.env.NODE_ENV === "production" ? Object.entries(TYPES) : [];
const compressed = (extension: string) => ({
  source: `/_next/static/chunks/:name([^/]+\\.${extension})`,
  has: [takesBrotli],
});

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by the tests; the start of a platform should not wait for that.
  typescript: { ignoreBuildErrors: true },
  // The copies written by compress.mjs.
  async rewrites() {
    const beforeFiles = COMPRESSED.map(([extension]) => ({
      ...compressed(extension),
      destination: "/_next/static/chunks/:name.br",
    }));
    return { beforeFiles, afterFiles: [], fallback: [] };
  },
  async headers() {
    const security = Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value }));
    // What Next answers before the proxy, or without it; the proxy sets another policy.
    const everywhere = {
      source: "/(.*)",
      headers: [...security, { key: "Content-Security-Policy", value: NOTHING_ALLOWED }],
    };
    const compressedFiles = COMPRESSED.map(([extension, type]) => ({
      ...compressed(extension),
      headers: [
        { key: "Content-Type", value: type },
        { key: "Content-Encoding", value: "br" },
        { key: "Vary", value: "Accept-Encoding" },
      ],
    }));
    return [everywhere, ...compressedFiles];
  },
  // It starts threads from files of its own.
  serverExternalPackages: ["piscina"],
  images: { unoptimized: true },
  // The title must always arrive with its page, not later: it is what announces a page change. No page takes longer
  // because of that, since none shows anything before it is complete.
  htmlLimitedBots: /.*/,
  experimental: {
    authInterrupts: true,
    serverActions: { bodySizeLimit: "1mb" },
    optimizePackageImports: ["radix-ui", "lucide-react"],
  },
};

export default withNextIntl(config);
