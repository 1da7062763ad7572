import Checkpoint
import Kernels
import KoQuant

extension ReferenceEncoder {
  /// Takes all texts through one more layer.
  ///
  /// - Parameter observe: receives the activations that go into each matrix, a chunk of tokens at a time.
  public func advance(
    _ weights: LayerWeights, observe: ((MatrixInput) -> Void)? = nil
  ) throws(ReferenceError) {
    let expected = configuration.hiddenSize * configuration.intermediateSize
    if weights[.output].count != expected || weights.hiddenSize != configuration.hiddenSize {
      throw .wrongSize(weight: "a layer", expected: expected, found: weights[.output].count)
    }
    for chunk in chunks {
      attentionBlock(chunk, weights, workspace, observe)
      feedForwardBlock(chunk, weights, workspace, observe)
    }
  }

  /// `x = LayerNorm(x + attention(x) Wᵀ + b)`
  private func attentionBlock(
    _ chunk: Range<Int>, _ weights: LayerWeights, _ workspace: LayerWorkspace,
    _ observe: ((MatrixInput) -> Void)?
  ) {
    let tokens = batch.starts[chunk.lowerBound]..<batch.starts[chunk.upperBound]
    let size = configuration.hiddenSize
    let stride = Tile.stride(size)
    guard let hidden = hiddenValues.baseAddress.map({ $0 + tokens.lowerBound * stride }) else { return }
    func multiply(
      _ input: UnsafePointer<Float>, _ weight: LayerWeight, _ bias: LayerWeight,
      into output: UnsafeMutablePointer<Float>
    ) {
      product(
        input, inputStride: stride, rows: tokens.count, weights: UnsafeBufferPointer(weights[weight]),
        bias: UnsafeBufferPointer(weights[bias]), output: output, outputStride: stride)
    }
    observe?(
      MatrixInput(
        matrix: .attentionQueryKeyValue, values: hidden, stride: stride, rows: tokens.count, channels: size))
    multiply(hidden, .attentionQuery, .attentionQueryBias, into: workspace.query)
    multiply(hidden, .attentionKey, .attentionKeyBias, into: workspace.key)
    multiply(hidden, .attentionValue, .attentionValueBias, into: workspace.value)
    attend(chunk, workspace)
    observe?(
      MatrixInput(
        matrix: .attentionOutput, values: workspace.context, stride: stride, rows: tokens.count,
        channels: size))
    multiply(workspace.context, .attentionOutput, .attentionOutputBias, into: workspace.query)
    add(workspace.query, toRows: tokens)
    normalize(
      rows: tokens, UnsafeBufferPointer(weights[.attentionNormGamma]),
      UnsafeBufferPointer(weights[.attentionNormBeta]))
  }

  /// `x = LayerNorm(x + GELU(x W₁ᵀ + b₁) W₂ᵀ + b₂)`
  private func feedForwardBlock(
    _ chunk: Range<Int>, _ weights: LayerWeights, _ workspace: LayerWorkspace,
    _ observe: ((MatrixInput) -> Void)?
  ) {
    let tokens = batch.starts[chunk.lowerBound]..<batch.starts[chunk.upperBound]
    let stride = Tile.stride(configuration.hiddenSize)
    let innerStride = Tile.stride(configuration.intermediateSize)
    guard let hidden = hiddenValues.baseAddress.map({ $0 + tokens.lowerBound * stride }) else { return }
    observe?(
      MatrixInput(
        matrix: .intermediate, values: hidden, stride: stride, rows: tokens.count,
        channels: configuration.hiddenSize))
    product(
      hidden, inputStride: stride, rows: tokens.count, weights: UnsafeBufferPointer(weights[.intermediate]),
      bias: UnsafeBufferPointer(weights[.intermediateBias]), output: workspace.intermediate,
      outputStride: innerStride)
    forRows(0..<tokens.count) { rows in
      kernels.gelu(workspace.intermediate + rows.lowerBound * innerStride, rows.count * innerStride)
    }
    observe?(
      MatrixInput(
        matrix: .output, values: workspace.intermediate, stride: innerStride, rows: tokens.count,
        channels: configuration.intermediateSize))
    product(
      workspace.intermediate, inputStride: innerStride, rows: tokens.count,
      weights: UnsafeBufferPointer(weights[.output]), bias: UnsafeBufferPointer(weights[.outputBias]),
      output: workspace.query, outputStride: stride)
    add(workspace.query, toRows: tokens)
    normalize(
      rows: tokens, UnsafeBufferPointer(weights[.outputNormGamma]),
      UnsafeBufferPointer(weights[.outputNormBeta]))
  }

  /// The residual: adds to the hidden states of `rows`.
  private func add(_ values: UnsafePointer<Float>, toRows rows: Range<Int>) {
    let stride = Tile.stride(configuration.hiddenSize)
    guard let hidden = hiddenValues.baseAddress.map({ $0 + rows.lowerBound * stride }) else { return }
    forRows(0..<rows.count) { piece in
      for index in piece.lowerBound * stride..<piece.upperBound * stride { hidden[index] += values[index] }
    }
  }
}
