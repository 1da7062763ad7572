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
    var bounds = FloatRange()
    let x = group.input
    let end = group.end
    var i = group.start
    while end &- i >= 64 {
      bounds.add(I.self, source.vector(x, i))
      bounds.add(I.self, source.vector(x, i &+ 16))
      bounds.add(I.self, source.vector(x, i &+ 32))
      bounds.add(I.self, source.vector(x, i &+ 48))
      i &+= 64
    }
    while i < end {
      bounds.add(I.self, source.vector(x, i))
      i &+= Tile.lanes
    }
    let low = bounds.magnitudeOfLeast(I.self)
    let range = bounds.largest(I.self) + low
    guard range < .infinity else { return QuantizationStep(scale: .nan) }
    let scale = range / 255
    guard scale >= .leastNormalMagnitude else { return QuantizationStep(scale: 0) }
    // In 0 ... 255.00001, so the sum rounds it to an integer, ties to even.
    let rounded = low / scale + 12_582_912
    return QuantizationStep(
      scale: scale, inverse: 1 / scale, zeroPoint: Int32(truncatingIfNeeded: rounded.bitPattern & 0xff))
  }

  /// q = clamp(round(fma(x, 1 / scale, zeroPoint)), 0, 255).
  ///
  /// Not inlined, as the sum of both passes is more than the optimizer takes in one function.
  @_alwaysEmitIntoClient @inline(never)
  func quantize<I: InstructionSet, S: ChannelSource>(
    _: I.Type, _ source: S, _ group: QuantizedGroup, _ step: QuantizationStep
  ) {
    let inverse = Vector(repeating: step.inverse)
    let origin = Vector(repeating: 12_582_912 + Float(step.zeroPoint))
    let x = group.input
    let target = UnsafeMutableRawPointer(output.values)
    let stride = output.stride
    let end = group.end
    var i = group.start
    // Whole lines of the cache, as far as the group consists of them.
    if I.packsFourVectors, i & 63 == 0 {
      while end &- i >= 64 {
        I.storeBoundedBytes(
          shifted(I.self, source.vector(x, i), inverse, origin),
          shifted(I.self, source.vector(x, i &+ 16), inverse, origin),
          shifted(I.self, source.vector(x, i &+ 32), inverse, origin),
          shifted(I.self, source.vector(x, i &+ 48), inverse, origin),
          at: target + I.place(row: group.row, channel: i, stride: stride))
        i &+= 64
      }
    }
    while i < end {
      I.storeBoundedBytes(
        shifted(I.self, source.vector(x, i), inverse, origin),
        at: target + I.place(row: group.row, channel: i, stride: stride))
      i &+= Tile.lanes
    }
  }

  /// 1.5 * 2^23 + q, but for values beyond 255. The sum is rounded to an integer, as the distance between floats is one there.
  @_alwaysEmitIntoClient @inline(__always)
  func shifted<I: InstructionSet>(_: I.Type, _ x: Vector, _ inverse: Vector, _ origin: Vector) -> Vector {
    // NaN compares false and becomes the low bound.
    Vector(repeating: 12_582_912).larger(I.fma(x, inverse, origin))
  }
}
