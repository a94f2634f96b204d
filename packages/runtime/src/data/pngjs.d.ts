/** The part of pngjs that is used; the package has no types of its own. */
declare module "pngjs" {
  export const PNG: {
    readonly sync: {
      /** Decodes to 8-bit RGBA whatever the file holds; throws for a damaged one. */
      read(bytes: Buffer): { readonly width: number; readonly height: number; readonly data: Buffer };
      /** Encodes 8-bit RGBA. */
      write(image: { readonly width: number; readonly height: number; readonly data: Buffer }): Buffer;
    };
  };
}
