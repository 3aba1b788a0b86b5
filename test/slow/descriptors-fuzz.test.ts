/** Hostile bytes for every decoder of segring/descriptors, more than a million inputs: test/support/descriptor-fuzz.ts. */
import { expect, it } from "vitest";
import { seed } from "../support/check.js";
import { type FuzzReport, fuzz, fuzzTargets } from "../support/descriptor-fuzz.js";

const INPUTS = 125_000;

const reports: FuzzReport[] = [];

it.each(fuzzTargets)("%s: tables, or errors that say so", (name) => {
  const report = fuzz(name, INPUTS, seed);
  console.log(`${name}: ${report.tables} tables of ${report.segments} segments, ${report.refused} refused`);
  expect([report.inputs, report.tables + report.refused]).toEqual([INPUTS, INPUTS]);
  expect(Math.min(report.tables, report.refused)).toBeGreaterThan(INPUTS / 20);
  reports.push(report);
});

it("a million inputs and more", () => {
  const inputs = reports.reduce((sum, report) => sum + report.inputs, 0);
  console.log(`${inputs} inputs`);
  expect(reports.length).toBe(fuzzTargets.length);
  expect(inputs).toBe(INPUTS * fuzzTargets.length);
  expect(inputs).toBeGreaterThanOrEqual(1_000_000);
});
