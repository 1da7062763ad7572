/// How a group of channels of a row is quantized.
public struct QuantizationStep {
  public var scale: Float
  /// 1 / scale, or 0 where that is not a number to multiply with.
  public var inverse: Float
  public var zeroPoint: Int32

  @_alwaysEmitIntoClient @inline(__always)
  init(scale: Float, inverse: Float = 0, zeroPoint: Int32 = 0) {
    self.scale = scale
    self.inverse = inverse
    self.zeroPoint = zeroPoint
  }
}

/// A group of channels of a row that `QuantizeRows` quantizes; the next is one of the same row or the first of the next.
public struct QuantizedGroup {
  public var row = 0
  public var group: Int
  /// Channel 0 of the row.
  public var input: UnsafePointer<Float>
  /// Channels of a whole group.
  public let size: Int
  /// Channels of a row, of whole vectors.
  public let channels: Int

  @_alwaysEmitIntoClient @inline(__always)
  init(firstOf rows: QuantizeRows) {
    channels = Tile.stride(rows.output.channels)
    size = rows.output.groups == 1 ? channels : rows.output.groupSize
    group = rows.firstGroup
    input = rows.input - group &* size
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var start: Int { group &* size }
  @_alwaysEmitIntoClient @inline(__always)
  public var end: Int { channels &- start < size ? channels : start &+ size }

  @_alwaysEmitIntoClient @inline(__always)
  mutating func advance(in rows: QuantizeRows) {
    group &+= 1
    if group == rows.lastGroup {
      group = rows.firstGroup
      row &+= 1
      input += rows.inputStride
    }
  }
}
