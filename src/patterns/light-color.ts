/** The colours a light can be set to, in the order a person is offered them. */
export const LIGHT_COLORS = ['red', 'green', 'blue', 'amber', 'white'] as const;

export type LightColor = (typeof LIGHT_COLORS)[number];
