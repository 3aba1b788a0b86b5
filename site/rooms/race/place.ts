/** Where a page runs. */
import type { Place } from "./report.js";

interface Brand {
  readonly brand: string;
  readonly version: string;
}

/** What Chromium tells of itself, beside the old user agent. */
interface UserAgentData {
  readonly brands: readonly Brand[];
  readonly platform: string;
}

export interface Navigator {
  readonly userAgent: string;
  readonly hardwareConcurrency?: number;
  readonly userAgentData?: UserAgentData;
}

export function placeOfPage(navigator: Navigator, isIsolated: boolean): Place {
  const { userAgent, hardwareConcurrency = 1, userAgentData } = navigator;
  const { runtime, engine } = browserOf(userAgent, userAgentData);
  return {
    runtime,
    engine,
    platform: userAgentData?.platform || platformOf(userAgent),
    cores: hardwareConcurrency,
    crossOriginIsolated: isIsolated,
  };
}

function browserOf(userAgent: string, data: UserAgentData | undefined): { runtime: string; engine: string } {
  const brands = data?.brands.filter(({ brand }) => !/not.*brand/i.test(brand)) ?? [];
  // A brand of its own says more than "Chromium", which all browsers on it give too.
  const brand = brands.find(({ brand: name }) => name !== "Chromium") ?? brands[0];
  if (brand !== undefined) return { runtime: `${brand.brand} ${brand.version}`, engine: "V8" };
  const firefox = /Firefox\/([\d.]+)/.exec(userAgent);
  if (firefox !== null) return { runtime: `Firefox ${firefox[1]}`, engine: "SpiderMonkey" };
  const chrome = /(?:Headless)?Chrome\/(\d+)/.exec(userAgent);
  if (chrome !== null) return { runtime: `Chromium ${chrome[1]}`, engine: "V8" };
  const safari = /Version\/([\d.]+).*Safari/.exec(userAgent);
  if (safari !== null) return { runtime: `Safari ${safari[1]}`, engine: "JavaScriptCore" };
  return { runtime: userAgent, engine: "unknown engine" };
}

/** "Mozilla/5.0 (X11; Linux x86_64; rv:153.0)": what stands between the brackets, without the version of the engine. */
function platformOf(userAgent: string): string {
  const inside = /\(([^)]*)\)/.exec(userAgent)?.[1] ?? "";
  const parts = inside.split(";").map((part) => part.trim());
  return parts.filter((part) => part !== "" && part !== "X11" && !part.startsWith("rv:")).join(" ") || "unknown system";
}
