/** The constants of ITU-T G.722, by the names of its tables. */

/** Coefficients of the quadrature mirror filters, every second one (table 11); the others are these backwards. */
export const MIRROR_FILTER = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11] as const;

/** Decision levels of the lower sub-band's quantizer, 6 bits (table 14, Q6). */
export const LOWER_LEVELS = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1_023, 1_121, 1_219, 1_339, 1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919],
);

/** Output of the lower inverse quantizer with all 6 bits (table 15, QM6), for what is heard. */
export const LOWER_INVERSE_6 = Int32Array.of(
  ...[-136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192],
  ...[-10_232, -9_360, -8_576, -7_856, -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008, -3_576],
  ...[-3_168, -2_776, -2_400, -2_032, -1_688, -1_360, -1_040, -728, 24_808, 21_904, 19_008, 16_704],
  ...[14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000, 5_456],
  ...[4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728, 432, 136, -432, -136],
);

/** Output of the lower inverse quantizer with the 4 upper bits (table 15, QM4), for the prediction. */
export const LOWER_INVERSE_4 = Int32Array.of(
  ...[0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200],
  ...[20_456, 12_896, 8_968, 6_288, 4_240, 2_584, 1_200, 0],
);

/** Output of the upper inverse quantizer, 2 bits (table 18, QM2). */
export const UPPER_INVERSE = Int32Array.of(-7_408, -1_616, 7_408, 1_616);

/** How the logarithm of the lower scale factor changes with each of the 4-bit codes (table 16, WL by RL42). */
export const LOWER_STEPS = Int32Array.of(
  ...[-60, 3_042, 1_198, 538, 334, 172, 58, -30, 3_042, 1_198, 538, 334, 172, 58, -30, -60],
);

/** The same for the upper sub-band (table 19, WH by RH2). */
export const UPPER_STEPS = Int32Array.of(798, -214, 798, -214);

/** 2^(n/32) in Q11 (table 17, ILB). */
export const LOGARITHMS = Int32Array.of(
  ...[2_048, 2_093, 2_139, 2_186, 2_233, 2_282, 2_332, 2_383, 2_435, 2_489, 2_543, 2_599, 2_656, 2_714],
  ...[2_774, 2_834, 2_896, 2_960, 3_025, 3_091, 3_158, 3_228, 3_298, 3_371, 3_444, 3_520, 3_597, 3_676],
  ...[3_756, 3_838, 3_922, 4_008],
);
