/** The graphics card through WebGPU (Dawn: Vulkan, Metal, Direct3D 12), with this package's kernels; no CUDA needed. */

import { existsSync, readdirSync } from "node:fs";
import { ready, registerBackend, removeBackend, setBackend, type BackendValues } from "@tensorflow/tfjs-core";
import { registerGradients, type Backend } from "./backend.ts";

const packages = "webgpu @tensorflow/tfjs-backend-webgpu";

/** Drivers that compute on the processor. */
const software = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** On Linux a graphics card shows as a device file; looking for one is quicker and quieter than starting a driver. */
function seesNoCard(): boolean {
  if (process.platform !== "linux" || process.env.VK_ICD_FILENAMES !== undefined || process.env.VK_DRIVER_FILES !== undefined) return false;
  return !existsSync("/dev/dri") && !readdirSync("/dev").some((name) => name.startsWith("nvidia") || name === "dxg");
}

/** Dawn's door, made once. */
let opened: Promise<GPU> | undefined;

/** Opens Dawn, with options of its own such as `backend=null`, and puts it into `navigator`, where TensorFlow.js's backend looks. */
export async function openGpu(options: readonly string[] = []): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create([...options]);
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true, writable: true });
  return gpu;
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";

async function requestAdapter(): Promise<GPUAdapter | null> {
  opened ??= openGpu();
  return (await opened).requestAdapter({ powerPreference: "high-performance" });
}

const isSoftware = ({ info }: GPUAdapter): boolean => info.isFallbackAdapter || software.test(`${info.vendor} ${info.architecture} ${info.device} ${info.description}`);
const nameOf = ({ info }: GPUAdapter): string => info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(" ") || "an adapter without a name";

export const webgpu: Backend = {
  name: "webgpu",
  async probe() {
    if (seesNoCard()) return { usable: false, reason: "this machine shows no graphics card", remedy: "In a container, pass the card in and install libvulkan1 and the card's driver." };
    try {
      const adapter = await requestAdapter();
      if (adapter === null) return { usable: false, reason: "there is no driver for a graphics card", remedy: "On Linux install libvulkan1 and the card's Vulkan driver." };
      const about = `${nameOf(adapter)}, through WebGPU with this package's kernels`;
      return isSoftware(adapter) ? { usable: true, about, slow: "it computes on the processor, in software" } : { usable: true, about };
    } catch (error) {
      if (isMissing(error)) return { usable: false, reason: "its packages are not installed", remedy: `npm install ${packages}` };
      return { usable: false, reason: `WebGPU does not start (${error instanceof Error ? error.message : String(error)})` };
    }
  },
  async load() {
    const adapter = await requestAdapter();
    if (adapter === null) throw new Error("there is no adapter");
    return startOn(adapter);
  },
};

/** Makes an adapter's device TensorFlow.js's current backend. `navigator.gpu` must be there before. */
export async function startOn(adapter: GPUAdapter): Promise<{ readonly device: GPUDevice; readonly warnings: readonly string[] }> {
  const device = await openDevice(adapter);
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  // Its own registration asks for fewer buffers a shader than the card has, and takes any adapter, even none.
  const backend = new WebGPUBackend(device, adapter.info);
  tellFailures(backend, device);
  removeBackend("webgpu");
  registerBackend("webgpu", () => backend);
  await registerGradients();
  if (!(await setBackend("webgpu"))) throw new Error("TensorFlow.js's webgpu backend did not start.");
  await ready();
  const { installWebgpuKernels } = await import("../kernels/webgpu/install.ts");
  const own = installWebgpuKernels();
  const warnings = [
    ...(isSoftware(adapter) ? [`webgpu computes in software here (${nameOf(adapter)}): use it to test, not to train.`] : []),
    ...(own ? [] : ["webgpu runs with TensorFlow.js's own slower kernels, since the backend is not built like the one of TensorFlow.js 4.22."]),
  ];
  return { device, warnings };
}

/**
 * Makes every reading of a tensor fail once something has gone wrong on the device: else the program would go on, with
 * zeros.
 */
function tellFailures(backend: { read(dataId: object): Promise<BackendValues> }, device: GPUDevice): void {
  let failure: string | undefined;
  // A mistake in a shader or a full memory makes more errors in its wake: the first one says what happened.
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    failure ??= event.error.message;
  });
  device.lost.then(({ message }) => {
    failure ??= `the graphics card was lost (${message.trim() || "no reason given"}); start again, with --resume from the last checkpoint`;
  }, String);
  const read = backend.read.bind(backend);
  const withFailure = async (dataId: object): Promise<BackendValues> => {
    const values = await read(dataId).catch((error: unknown) => {
      throw failure === undefined ? error : new Error(`webgpu: ${failure}`);
    });
    if (failure !== undefined) throw new Error(`webgpu: ${failure}`);
    return values;
  };
  backend.read = withFailure;
}

const limits = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeInvocationsPerWorkgroup",
  "maxStorageBuffersPerShaderStage",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** A device with all that the adapter has of what TensorFlow.js and our kernels use. */
function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const features: readonly GPUFeatureName[] = ["timestamp-query", "shader-f16", "subgroups"];
  return adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
  });
}
