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
    let layer = try products(weights)
    for chunk in chunks {
      for matrix in MatrixInput.Matrix.allCases {
        let input = input(of: matrix, layer, chunk)
        observe?(input)
        finish(input, layer, chunk)
      }
    }
  }

  /// The matrices of a layer in fp32.
  package func products(_ weights: LayerWeights) throws(ReferenceError) -> FloatProducts {
    let expected = configuration.hiddenSize * configuration.intermediateSize
    if weights[.output].count != expected || weights.hiddenSize != configuration.hiddenSize {
      throw .wrongSize(weight: "a layer", expected: expected, found: weights[.output].count)
    }
    return FloatProducts(weights: weights, product: product)
  }

  /// What goes into a matrix for the texts of a chunk, whose hidden states stay as they are: for the matrices of
  /// the feed-forward block, those after `finish` of the attention's. Valid until the next call.
  package func input(
    of matrix: MatrixInput.Matrix, _ layer: some LayerProducts, _ chunk: Range<Int>
  ) -> MatrixInput {
    let tokens = batch.starts[chunk.lowerBound]..<batch.starts[chunk.upperBound]
    let stride = Tile.stride(configuration.hiddenSize)
    var input = MatrixInput(
      matrix: matrix, values: hidden(tokens.lowerBound), stride: stride, rows: tokens.count,
      channels: configuration.hiddenSize)
    switch matrix {
    case .attentionQueryKeyValue, .intermediate: break
    case .attentionOutput:
      input.matrix = .attentionQueryKeyValue
      layer.multiply(input, into: [workspace.query, workspace.key, workspace.value], stride: stride)
      attend(chunk, workspace)
      input.matrix = matrix
      input.values = UnsafePointer(workspace.context)
    case .output:
      let innerStride = Tile.stride(configuration.intermediateSize)
      input.matrix = .intermediate
      layer.multiply(input, into: [workspace.intermediate], stride: innerStride)
      forRows(0..<tokens.count) { rows in
        kernels.floats.gelu(workspace.intermediate + rows.lowerBound * innerStride, rows.count * innerStride)
      }
      input = MatrixInput(
        matrix: matrix, values: UnsafePointer(workspace.intermediate), stride: innerStride,
        rows: tokens.count,
        channels: configuration.intermediateSize)
    }
    return input
  }

  /// The standard deviation over the channels of each token's `x + input Wᵀ + b`, by which the LayerNorm after a
  /// matrix that ends a block divides; nil for the other matrices.
  package func deviations(_ input: MatrixInput, _ layer: some LayerProducts, _ chunk: Range<Int>) -> [Float]?
  {
    guard input.matrix.endsBlock else { return nil }
    let channels = configuration.hiddenSize
    let stride = Tile.stride(channels)
    layer.multiply(input, into: [workspace.query], stride: stride)
    let states = hidden(batch.starts[chunk.lowerBound])
    return (0..<input.rows).map { row in
      let values = (row * stride..<row * stride + channels).map { states[$0] + workspace.query[$0] }
      let mean = values.reduce(0, +) / Float(channels)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(channels)
      return (square + configuration.layerNormEpsilon).squareRoot()
    }
  }

  /// `x = LayerNorm(x + input Wᵀ + b)` for the matrices that end a block; nothing for the others.
  package func finish(_ input: MatrixInput, _ layer: some LayerProducts, _ chunk: Range<Int>) {
    guard let norm = input.matrix.norm else { return }
    let tokens = batch.starts[chunk.lowerBound]..<batch.starts[chunk.upperBound]
    let stride = Tile.stride(configuration.hiddenSize)
    layer.multiply(input, into: [workspace.query], stride: stride)
    let states = hidden(tokens.lowerBound)
    forRows(0..<tokens.count) { piece in
      for index in piece.lowerBound * stride..<piece.upperBound * stride {
        states[index] += workspace.query[index]
      }
    }
    normalize(
      rows: tokens, UnsafeBufferPointer(layer.weights[norm.gamma]),
      UnsafeBufferPointer(layer.weights[norm.beta]))
  }

  /// The hidden states from a token on.
  private func hidden(_ token: Int) -> UnsafeMutablePointer<Float> {
    self.hidden.base.assumingMemoryBound(to: Float.self) + token * Tile.stride(configuration.hiddenSize)
  }
}

extension MatrixInput.Matrix {
  /// Whether its outputs are added to the hidden states.
  package var endsBlock: Bool { norm != nil }

  /// The LayerNorm after a matrix that ends a block.
  fileprivate var norm: (gamma: LayerWeight, beta: LayerWeight)? {
    switch self {
    case .attentionQueryKeyValue, .intermediate: nil
    case .attentionOutput: (.attentionNormGamma, .attentionNormBeta)
    case .output: (.outputNormGamma, .outputNormBeta)
    }
  }
}
