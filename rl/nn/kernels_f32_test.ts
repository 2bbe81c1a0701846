import { testKernels } from "./_kernels_testing.ts";
import { kernelsF32 } from "./kernels_f32.ts";

testKernels(kernelsF32);
