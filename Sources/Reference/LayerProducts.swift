import Checkpoint
import Kernels
import KoQuant

/// The four matrices of a layer, in fp32 or as they were quantized, with its LayerNorms.
package protocol LayerProducts {
  var weights: LayerWeights { get }

  /// Writes the outputs of a matrix for all rows of `input`, bias included.
  ///
  /// - Parameters:
  ///   - outputs: where the first row of each part goes: query, key and value, or the one part of other matrices.
  ///   - stride: elements from one row of a part to the next.
  func multiply(_ input: MatrixInput, into outputs: [UnsafeMutablePointer<Float>], stride: Int)
}

/// The matrices as the checkpoint has them.
package struct FloatProducts: LayerProducts {
  package let weights: LayerWeights
  let product: MatrixProduct

  package func multiply(
    _ input: MatrixInput, into outputs: [UnsafeMutablePointer<Float>], stride: Int
  ) {
    for (part, output) in zip(input.matrix.parts, outputs) {
      product(
        input.values, inputStride: input.stride, rows: input.rows,
        weights: UnsafeBufferPointer(weights[part.weights]), bias: UnsafeBufferPointer(weights[part.bias]),
        output: output, outputStride: stride)
    }
  }
}

extension MatrixInput.Matrix {
  /// The checkpoint's matrices that are one in the model, side by side, each padded to whole vectors.
  package var parts: [(weights: LayerWeight, bias: LayerWeight)] {
    switch self {
    case .attentionQueryKeyValue:
      [
        (.attentionQuery, .attentionQueryBias), (.attentionKey, .attentionKeyBias),
        (.attentionValue, .attentionValueBias),
      ]
    case .attentionOutput: [(.attentionOutput, .attentionOutputBias)]
    case .intermediate: [(.intermediate, .intermediateBias)]
    case .output: [(.output, .outputBias)]
    }
  }
}
