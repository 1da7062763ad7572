import Checkpoint
import Kernels
import KoQuant
import Reference

/// One encoder layer in int8.
struct QuantizedLayer {
  var attentionQKV: QuantizedLinear
  var attentionOutput: QuantizedLinear
  var intermediate: QuantizedLinear
  var output: QuantizedLinear
  var attentionNorm: PaddedNorm
  var outputNorm: PaddedNorm

  /// Quantizes a layer of fp32 weights, balanced by the activations that were observed in it.
  ///
  /// - Complexity: O(weights), on all threads of `pool`.
  init(
    _ weights: LayerWeights, _ activations: ActivationStatistics, pool: ThreadPool
  ) throws(SystemError) {
    func part(_ matrix: LayerWeight, _ bias: LayerWeight) -> LinearPart {
      LinearPart(weights: UnsafeBufferPointer(weights[matrix]), bias: UnsafeBufferPointer(weights[bias]))
    }
    let hidden = LinearQuantizer(inputs: weights.hiddenSize, groupSize: Tile.stride(weights.hiddenSize))
    let inner = LinearQuantizer(
      inputs: weights.intermediateSize, groupSize: Tile.stride(weights.intermediateSize))
    attentionQKV = try hidden.quantize(
      [
        part(.attentionQuery, .attentionQueryBias), part(.attentionKey, .attentionKeyBias),
        part(.attentionValue, .attentionValueBias),
      ], activations: activations.maxima(.attentionQueryKeyValue), pool: pool)
    attentionOutput = try hidden.quantize(
      [part(.attentionOutput, .attentionOutputBias)], activations: activations.maxima(.attentionOutput),
      pool: pool)
    intermediate = try hidden.quantize(
      [part(.intermediate, .intermediateBias)], activations: activations.maxima(.intermediate), pool: pool)
    output = try inner.quantize(
      [part(.output, .outputBias)], activations: activations.maxima(.output), pool: pool)
    attentionNorm = try PaddedNorm(weights[.attentionNormGamma], weights[.attentionNormBeta])
    outputNorm = try PaddedNorm(weights[.outputNormGamma], weights[.outputNormBeta])
  }

  /// The matrices with the middle part of their section names, `layers.3.<name>.weights`.
  var matrices: [(name: String, linear: QuantizedLinear)] {
    [
      ("attention.qkv", attentionQKV), ("attention.output", attentionOutput), ("intermediate", intermediate),
      ("output", output),
    ]
  }

  var norms: [(name: String, norm: PaddedNorm)] {
    [("attention.norm", attentionNorm), ("output.norm", outputNorm)]
  }

  /// The layer as the encoder takes it; valid as long as this value or a copy of it.
  var encoderLayer: EncoderLayer {
    EncoderLayer(
      attentionQKV: attentionQKV.linearWeights, attentionOutput: attentionOutput.linearWeights,
      attentionNorm: attentionNorm.weights, intermediate: intermediate.linearWeights,
      output: output.linearWeights, outputNorm: outputNorm.weights)
  }
}

/// LayerNorm parameters, padded with zeros to whole vectors.
struct PaddedNorm {
  let gamma: AlignedBuffer
  let beta: AlignedBuffer

  init(
    _ gamma: UnsafeMutableBufferPointer<Float>, _ beta: UnsafeMutableBufferPointer<Float>
  ) throws(SystemError) {
    self.gamma = try AlignedBuffer(padding: gamma)
    self.beta = try AlignedBuffer(padding: beta)
  }

  /// Valid as long as this value or a copy of it.
  var weights: LayerNormWeights {
    LayerNormWeights(gamma: UnsafePointer(gamma.start()), beta: UnsafePointer(beta.start()))
  }
}
