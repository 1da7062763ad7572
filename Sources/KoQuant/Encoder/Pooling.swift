import Kernels

/// The hidden states of a sequence to its vector.
struct PoolingStep {
  let configuration: ModelConfiguration

  /// - Parameters:
  ///   - hidden: tokens x `Tile.stride(hiddenSize)`, at least one token.
  ///   - vector: `hiddenSize` floats.
  ///   - normalize: whether to scale the vector to length 1; a model that ends with Normalize always does.
  func run(
    hidden: UnsafePointer<Float>, tokens: Int, into vector: UnsafeMutablePointer<Float>, normalize: Bool
  ) {
    let stride = Tile.stride(configuration.hiddenSize)
    for first in Swift.stride(from: 0, to: configuration.hiddenSize, by: Tile.lanes) {
      let pooled = pool(hidden + first, stride: stride, tokens: tokens)
      for lane in 0..<min(Tile.lanes, configuration.hiddenSize - first) {
        vector[first + lane] = pooled[lane]
      }
    }
    if normalize || configuration.normalizes { scaleToUnitLength(vector) }
  }

  /// One vector of channels, tokens in order.
  private func pool(_ channels: UnsafePointer<Float>, stride: Int, tokens: Int) -> SIMD16<Float> {
    func load(_ token: Int) -> SIMD16<Float> {
      UnsafeRawPointer(channels + token * stride).loadUnaligned(as: SIMD16<Float>.self)
    }
    var result = load(0)
    switch configuration.pooling {
    case .cls:
      return result
    case .max:
      for token in 1..<max(tokens, 1) {
        let next = load(token)
        result.replace(with: next, where: next .> result)
      }
      return result
    case .mean, .meanSqrtLength:
      for token in 1..<max(tokens, 1) { result += load(token) }
      let length = Float(tokens)
      return result / SIMD16(repeating: configuration.pooling == .mean ? length : length.squareRoot())
    }
  }

  /// `v / max(|v|, 1e-12)`, as torch.nn.functional.normalize does; lane i sums squares of channels i, i + 16, ….
  private func scaleToUnitLength(_ vector: UnsafeMutablePointer<Float>) {
    var lanes = SIMD16<Float>(repeating: 0)
    for channel in 0..<configuration.hiddenSize {
      lanes[channel % Tile.lanes] += vector[channel] * vector[channel]
    }
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    let norm = max((two[0] + two[1]).squareRoot(), 1e-12)
    for channel in 0..<configuration.hiddenSize { vector[channel] /= norm }
  }
}
