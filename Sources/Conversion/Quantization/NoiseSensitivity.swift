import Checkpoint
import Reference

/// What noise in the outputs of a matrix does to the vectors of sentences: 1 - cosine, over the squared errors as a
/// share of what the outputs become part of, summed over the layers.
///
/// The errors of weights are the same for every token; those of activations are not, and shrink in the mean over a
/// sentence. Errors of queries and keys hardly pass the softmax.
package struct NoiseSensitivity {
  package var activations: Double
  package var weights: Double

  package init(activations: Double, weights: Double) {
    self.activations = activations
    self.weights = weights
  }

  /// Measured on all-MiniLM-L6-v2: drift with the activations, or the weights, of that one matrix of all layers
  /// in int8 (balanced with α = ½, rounded to the nearest), all else in fp32, over the noise that `NoiseModel`
  /// expects of that; 600 sentences.
  init(_ matrix: MatrixInput.Matrix) {
    switch matrix {
    case .attentionQueryKeyValue: self.init(activations: 1.12, weights: 0.58)
    case .attentionOutput: self.init(activations: 0.12, weights: 0.56)
    case .intermediate: self.init(activations: 0.23, weights: 0.41)
    case .output: self.init(activations: 0.90, weights: 1.96)
    }
  }

  /// How much a squared error in the outputs of a part counts beside one in the other parts of the same matrix.
  /// With less for queries and keys, activations cost still less, but their weights more (docs/quantization.md).
  static func importance(of part: LayerWeight) -> Float {
    part == .attentionQuery || part == .attentionKey ? 0.1 : 1
  }
}
