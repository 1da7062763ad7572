import Reference

/// How far the hidden states after some layers are from the fp32 ones, over all tokens that were added.
public struct LayerDrift: Sendable, Equatable {
  /// Layers that the states have been through; 0 for the embeddings.
  public var layers: Int
  public private(set) var tokens = 0
  private var cosines = 0.0
  /// The lowest cosine of a token; 1 before any.
  public private(set) var minimumCosine = 1.0
  private var noise = SignalToNoise()
  public private(set) var maximumAbsolute = 0.0

  public init(layers: Int) {
    self.layers = layers
  }

  /// Mean cosine of a token's hidden states; NaN before any.
  public var meanCosine: Double { tokens > 0 ? cosines / Double(tokens) : .nan }

  /// 10 log₁₀(Σ reference² / Σ (states - reference)²) in decibels; infinite without a difference.
  public var signalToNoise: Double { noise.decibels }

  /// Adds the hidden states of the same token from both sides.
  public mutating func add(_ states: UnsafeBufferPointer<Float>, reference: UnsafeBufferPointer<Float>) {
    let comparison = VectorComparison(states, reference: reference)
    tokens += 1
    cosines += comparison.cosine
    minimumCosine = min(minimumCosine, comparison.cosine)
    maximumAbsolute = max(maximumAbsolute, comparison.maximumAbsolute)
    for (x, y) in zip(states, reference) {
      noise.add(signal: Double(y), difference: Double(x) - Double(y))
    }
  }

  /// Adds all tokens of both sides; texts must be in the same order. Does nothing when their number or their
  /// size differs.
  public mutating func add(_ states: HiddenStates, reference: HiddenStates) {
    guard states.tokens == reference.tokens, states.channels == reference.channels else { return }
    for token in 0..<states.tokens { add(states[token], reference: reference[token]) }
  }
}
