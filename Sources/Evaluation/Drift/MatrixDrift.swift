import Reference

/// What int8 costs one matrix of the encoder by itself: its int8 product and its fp32 product of the same fp32
/// activations, over all tokens and output channels that were added.
public struct MatrixDrift: Sendable, Equatable {
  /// From 0.
  public var layer: Int
  public var matrix: MatrixInput.Matrix
  /// Rows of activations that were added.
  public private(set) var tokens = 0
  private var noise = SignalToNoise()

  public init(layer: Int, matrix: MatrixInput.Matrix) {
    self.layer = layer
    self.matrix = matrix
  }

  /// In decibels; infinite without a difference. The signal is the product without its bias, which no input changes.
  public var signalToNoise: Double { noise.decibels }

  mutating func add(tokens: Int) { self.tokens += tokens }

  /// Adds one output channel of one token.
  mutating func add(_ value: Float, reference: Float, bias: Float) {
    noise.add(signal: Double(reference) - Double(bias), difference: Double(value) - Double(reference))
  }
}
