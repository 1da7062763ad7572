/// The weight scale of an output channel: one for all its inputs, or one per group of them, which is `scale` times a
/// factor of 1 to 255.
package struct ChannelScales {
  /// A `StoredFactor`.
  package let scale: Float
  /// Empty for one scale.
  package let groupFactors: [UInt8]

  init(scale: Float) {
    self.scale = scale
    groupFactors = []
  }

  /// The nearest scales to those of the groups. What is below 1/255 of the largest has that step, which still is much
  /// finer than those of the other groups.
  package init(ofGroups scales: [Float]) {
    let unit = StoredFactor.rounded((scales.max() ?? 0) / 255)
    let inverse = 1 / unit
    let isUsable = unit.isNormal && inverse.isFinite
    scale = isUsable ? unit : 0
    groupFactors = scales.map { isUsable ? UInt8(min(max(($0 * inverse).rounded(), 1), 255)) : 0 }
  }

  /// Of the weights in a group.
  package subscript(group: Int) -> Float { groupFactors.isEmpty ? scale : scale * Float(groupFactors[group]) }
}
