/** The parameters of the vocabulary projection. */
export const headWeight = "output_layer.linear.weight";
export const headBias = "output_layer.linear.bias";
