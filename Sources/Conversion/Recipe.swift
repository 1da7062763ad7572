import Kernels

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
  /// Gives weights a scale per group of input channels too, where activations have groups.
  var scalesWeightGroups: Bool
  /// Tokens that are used of a calibration text: sentences spread evenly over one that is longer.
  var calibrationTokens: Int
  /// Tokens that are kept whole, spread evenly over those: what ranges and errors are measured on.
  var samples: Int

  /// Sizes of groups that are tried besides whole tokens, in input channels.
  static let groupSizes = [512, 384, 256, 192, 128, 64]

  public init(_ name: Name) {
    self.name = name
    usesErrorFeedback = name != .fast
    scalesWeightGroups = name == .best
    calibrationTokens = name == .fast ? 2_048 : 32_768
    samples = name == .fast ? 128 : 512
    groupBudget =
      switch name {
      case .fast: 0
      // Less than the 5 and 10 % they may cost: groups cost more where products are fast beside other work.
      case .balanced: 0.0334
      case .best: 0.09
      }
  }

  /// Time that groups of `groupSize` channels add to a product, as a share of its time: that of 20 inputs for each group
  /// beyond the first, as measured with AVX-512 VNNI. What it comes to with the kernels of a machine is the time of
  /// `koquant bench` with a file of the recipe over that with a file of `fast`.
  static func overhead(groupSize: Int, inputs: Int) -> Double {
    20 * Double(Tile.groups(inputs, of: groupSize) - 1) / Double(inputs)
  }
}
