/** How many outputs a device drives beside the page. */
export const MAX_OUTPUTS = 32;
