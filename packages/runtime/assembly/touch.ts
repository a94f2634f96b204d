/**
 * Reads one number of each cache line, in order: a processor foresees that and fetches ahead, which it does not where a kernel
 * jumps between rows and channels. Kernels that do so touch what they are about to visit, block by block.
 */
export function touch(address: usize, bytes: usize): void {
  for (const end = address + bytes; address < end; address += 64) f32.load(address);
}
