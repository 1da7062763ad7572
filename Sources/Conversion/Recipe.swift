/// How much work goes into a conversion, and how much speed at run time it may cost.
public struct Recipe: Sendable, Equatable {
  public enum Name: String, Sendable, CaseIterable {
    case fast, balanced, best
  }

  public var name: Name
  /// Rounds weights with error feedback; else each to the nearest step.
  var usesErrorFeedback: Bool
  /// The share of the time of a layer's products that activation scales per group of input channels may cost.
  var groupBudget: Double
  /// Tokens that are used of a calibration text: sentences spread evenly over one that is longer.
  var calibrationTokens: Int
  /// Tokens that are kept whole, spread evenly over those: what ranges and errors are measured on.
  var samples: Int
  /// See `NoiseModel`; what gave the least drift on all-MiniLM-L6-v2 (docs/quantization.md).
  var weightEmphasis: Double

  /// Sizes of groups that are tried besides whole tokens, in input channels.
  static let groupSizes = [512, 384, 256, 192, 128, 64]

  public init(_ name: Name) {
    self.name = name
    usesErrorFeedback = name != .fast
    calibrationTokens = name == .fast ? 2_048 : 32_768
    samples = name == .fast ? 128 : 512
    groupBudget =
      switch name {
      case .fast: 0
      case .balanced: 0.04
      case .best: 0.08
      }
    weightEmphasis =
      switch name {
      case .fast: 2
      case .balanced: 1
      case .best: 4
      }
  }

  /// Time that groups of `groupSize` channels add to a product, as a share of its time: `docs/quantization.md`.
  static func overhead(groupSize: Int) -> Double { 20.0 / Double(groupSize) }
}
