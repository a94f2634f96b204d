/** WebGPU where there is a graphics card, else on Chromium's driver that computes in software, else not at all. */

import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { webgpu } from "../../packages/runtime/src/backends/webgpu.ts";

const software = "/usr/lib/chromium/vk_swiftshader_icd.json";
const hasCard = existsSync("/dev/dri") || existsSync("/dev/nvidia0");
if (!hasCard && existsSync(software)) {
  process.env.VK_ICD_FILENAMES ??= software;
  // The Vulkan loader complains where it is missing.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
}

/** Makes webgpu current; nothing where this machine cannot run it: such tests count as skipped. */
export const startWebgpu: (() => Promise<void>) | undefined = (await webgpu.probe()).usable ? async () => void (await webgpu.load()) : undefined;
