/// Symmetric int8 quantization of one output channel: `w ≈ scale * q`, q in -127 ... 127.
package enum ChannelQuantizer {
  /// Fractions of the largest magnitude that are tried as the clipping range. Clipping a few outliers can
  /// cost less than the coarser step that representing them needs.
  static let clippingFractions: [Float] = (0..<13).map { 1 - Float($0) * 0.025 }

  /// Scales of a channel with one for every `groupSize` inputs, or a single one for all if that is nil.
  ///
  /// - Complexity: O(13 · inputs).
  static func bestScales(_ weights: UnsafeBufferPointer<Float>, groupSize: Int?) -> ChannelScales {
    guard let groupSize else { return ChannelScales(scale: bestScale(weights)) }
    return ChannelScales(
      ofGroups: stride(from: 0, to: weights.count, by: groupSize).map { first in
        bestScale(UnsafeBufferPointer(rebasing: weights[first..<min(first + groupSize, weights.count)]))
      })
  }

  /// The scale with the least squared error among `clippingFractions`, rounded to a `StoredFactor`; 0 for a channel of
  /// zeros.
  ///
  /// - Complexity: O(13 · inputs).
  package static func bestScale(_ weights: UnsafeBufferPointer<Float>) -> Float {
    var largest: Float = 0
    for weight in weights { largest = max(largest, weight.magnitude) }
    var best = (scale: Float(0), error: Float.infinity)
    for fraction in clippingFractions {
      let scale = StoredFactor.rounded(largest * fraction / 127)
      // A scale this small has no finite inverse: such a channel counts as zeros.
      guard scale.isNormal, (1 / scale).isFinite else { break }
      let error = squaredError(weights, scale: scale)
      if error < best.error { best = (scale, error) }
    }
    return best.scale
  }

  /// Sum over the channel of (w - scale * q(w))².
  static func squaredError(_ weights: UnsafeBufferPointer<Float>, scale: Float) -> Float {
    let inverse = SIMD16<Float>(repeating: 1 / scale)
    let step = SIMD16<Float>(repeating: scale)
    let limit = SIMD16<Float>(repeating: 127)
    var total = SIMD16<Float>(repeating: 0)
    var index = 0
    while index + 16 <= weights.count {
      let lanes = UnsafeRawBufferPointer(weights).loadUnaligned(
        fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD16<Float>.self)
      // `clamped` would work lane by lane.
      let scaled = lanes * inverse
      let above = scaled.replacing(with: limit, where: scaled .> limit)
      let clipped = above.replacing(with: -limit, where: above .< -limit)
      let difference = lanes - round(clipped) * step
      total += difference * difference
      index += 16
    }
    var sum = total.sum()
    while index < weights.count {
      let value = max(-127, min(127, weights[index] / scale)).rounded(.toNearestOrEven)
      let difference = weights[index] - value * scale
      sum += difference * difference
      index += 1
    }
    return sum
  }

  /// q of one weight.
  static func quantize(_ weight: Float, inverseScale: Float) -> Int8 {
    Int8(max(-127, min(127, (weight * inverseScale).rounded(.toNearestOrEven))))
  }

  /// To the nearest integer, ties to even, for magnitudes below 2²²: adding 1.5 · 2²³ leaves no fraction bits.
  private static func round(_ values: SIMD16<Float>) -> SIMD16<Float> {
    let magic = SIMD16<Float>(repeating: 12_582_912)
    return (values + magic) - magic
  }
}
