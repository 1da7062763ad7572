/// Where the floats of a group of channels come from.
///
/// A type for each case, so that the compiler makes a loop for each instead of asking for every vector.
public protocol ChannelSource {
  /// 16 channels from `channel` of a row on.
  func vector(_ row: UnsafePointer<Float>, _ channel: Int) -> Vector
}

/// Channels as they are.
public struct PlainChannels: ChannelSource {
  @_alwaysEmitIntoClient @inline(__always)
  init() {}

  @_alwaysEmitIntoClient @inline(__always)
  public func vector(_ row: UnsafePointer<Float>, _ channel: Int) -> Vector { Vector(at: row + channel) }
}

/// Channels times `QuantizeRows.balance`.
public struct BalancedChannels: ChannelSource {
  @usableFromInline let balance: UnsafePointer<Float>

  @_alwaysEmitIntoClient @inline(__always)
  init(balance: UnsafePointer<Float>) { self.balance = balance }

  @_alwaysEmitIntoClient @inline(__always)
  public func vector(_ row: UnsafePointer<Float>, _ channel: Int) -> Vector {
    Vector(at: row + channel) * Vector(at: balance + channel)
  }
}

extension QuantizeRows {
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard firstGroup < lastGroup else { return }
    if let balance {
      quantize(I.self, BalancedChannels(balance: balance))
    } else {
      quantize(I.self, PlainChannels())
    }
  }

  /// Two passes over a few groups of a row, or of several rows: their ranges, then their bytes. What comes of a range is
  /// a long chain of operations that each wait for the one before; the next range fills that time.
  @_alwaysEmitIntoClient @inline(never)
  func quantize<I: InstructionSet, S: ChannelSource>(_: I.Type, _ source: S) {
    var steps = InlineArray<8, QuantizationStep>(repeating: QuantizationStep(scale: 0))
    let groups = output.groups
    var first = QuantizedGroup(firstOf: self)
    // What stays in the nearest cache until its bytes are made.
    let most = first.size < 512 ? 8 : first.size < 1024 ? 4 : 1
    while first.row < rows {
      var group = first
      var count = 0
      while count < most, group.row < rows {
        let step = step(I.self, source, group)
        steps[unchecked: count] = step
        output.scales[group.row &* groups &+ group.group] = step.scale
        output.zeroPoints[group.row &* groups &+ group.group] = I.stored(zeroPoint: step.zeroPoint)
        group.advance(in: self)
        count &+= 1
      }
      var i = 0
      while i < count {
        quantize(I.self, source, first, steps[unchecked: i])
        first.advance(in: self)
        i &+= 1
      }
    }
  }

  /// Scale, its inverse and zero point of a group.
  ///
  /// One with a NaN or an infinity (or whose range overflows) gets the scale NaN, so that it shows in the product. One
  /// whose scale would be subnormal counts as zeros: 1 / scale has to be finite.
  @_alwaysEmitIntoClient @inline(__always)
  func step<I: InstructionSet, S: ChannelSource>(
    _: I.Type, _ source: S, _ group: QuantizedGroup
  ) -> QuantizationStep {
    var low = Vector(repeating: 0)
    var high = Vector(repeating: 0)
    var magnitudes = SIMD16<Int32>.zero
    let end = group.end
    var i = group.start
    while i < end {
      let v = source.vector(group.input, i)
      low = low.smaller(v)
      high = high.larger(v)
      // Comparisons pass over NaN, these do not.
      magnitudes = magnitudes.larger(v.magnitudeBits)
      i &+= Tile.lanes
    }
    // Bits of floats that are not negative are in their order. Those of infinities and NaN overflow into the sign, which
    // makes the range infinite or NaN.
    let beyond = (magnitudes &+ 0x0080_0000) &>> 31 & 0x7f80_0000
    let highest = Float(bitPattern: UInt32(bitPattern: I.largest(high.bits | beyond)))
    let lowest = -Float(bitPattern: UInt32(bitPattern: I.largest((0 - low).bits)))
    let range = highest - lowest
    guard range < .infinity else { return QuantizationStep(scale: .nan) }
    let scale = range / 255
    guard scale >= .leastNormalMagnitude else { return QuantizationStep(scale: 0) }
    // In 0 ... 255.00001, so the sum rounds it to an integer, ties to even.
    let rounded = -lowest / scale + 12_582_912
    return QuantizationStep(
      scale: scale, inverse: 1 / scale, zeroPoint: Int32(truncatingIfNeeded: rounded.bitPattern & 0xff))
  }

  /// q = clamp(round(fma(x, 1 / scale, zeroPoint)), 0, 255), rounded by the addition to 1.5 * 2^23, where
  /// the distance between floats is one.
  @_alwaysEmitIntoClient @inline(__always)
  func quantize<I: InstructionSet, S: ChannelSource>(
    _: I.Type, _ source: S, _ group: QuantizedGroup, _ step: QuantizationStep
  ) {
    let flip = SIMD16<UInt8>(repeating: UInt8(truncatingIfNeeded: I.byteOffset))
    let inverse = Vector(repeating: step.inverse)
    let origin = Vector(repeating: 12_582_912 + Float(step.zeroPoint))
    let low = Vector(repeating: 12_582_912)
    let stride = output.stride
    let end = group.end
    var i = group.start
    while i < end {
      // NaN compares false and becomes the low bound.
      let shifted = low.larger(I.fma(source.vector(group.input, i), inverse, origin))
      UnsafeMutableRawPointer(output.values + I.place(row: group.row, channel: i, stride: stride))
        .storeBytes(of: I.boundedBytes(shifted) ^ flip, as: SIMD16<UInt8>.self)
      i &+= Tile.lanes
    }
  }
}
