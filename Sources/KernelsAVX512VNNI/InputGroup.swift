#if arch(x86_64)
  import Kernels

  /// What corrects and scales the sums of one group of input channels in a tile.
  struct InputGroup {
    /// Of the first row, with `stride` from one row to the next.
    var zeroPoints: UnsafePointer<Int32>
    var scales: UnsafePointer<Float>
    let stride: Int
    /// Of the first panel, with `outputs` from one group to the next.
    var columnSums: UnsafePointer<Int32>
    /// The same; nil where all are 1.
    var groupScales: UnsafePointer<UInt8>?
    let outputs: Int

    @inline(__always)
    init(firstOf product: MultiplyInt8, groups: Int, row: Int, channel: Int) {
      zeroPoints = UnsafePointer(product.rows.zeroPoints + row &* groups)
      scales = UnsafePointer(product.rows.scales + row &* groups)
      stride = groups
      columnSums = product.matrix.columnSums + channel
      groupScales = groups == 1 ? nil : product.matrix.groupScales.map { $0 + channel }
      outputs = product.matrix.panels &* Tile.outputs
    }

    /// To the same group of the next tile.
    @inline(__always)
    mutating func advance(rows: Int) {
      zeroPoints += rows &* stride
      scales += rows &* stride
    }

    /// To the next group of the same tile.
    @inline(__always)
    mutating func advance() {
      zeroPoints += 1
      scales += 1
      columnSums += outputs
      groupScales = groupScales.map { $0 + outputs }
    }
  }

  /// Factors of the weight scales in a group of input channels.
  ///
  /// A type for each case, so that the compiler makes a loop for each instead of asking for every vector.
  protocol GroupScales {
    init(_ group: InputGroup)
    /// Those of a panel.
    func factors(_ panel: Int) -> Vector
    static func product(_ scale: Vector, _ factors: Vector) -> Vector
  }

  /// All are 1.
  struct EqualScales: GroupScales {
    @inline(__always) init(_ group: InputGroup) {}
    @inline(__always) func factors(_ panel: Int) -> Vector { Vector(repeating: 1) }
    @inline(__always) static func product(_ scale: Vector, _ factors: Vector) -> Vector { scale }
  }

  /// A byte for each channel.
  struct ByteScales: GroupScales {
    let bytes: UnsafePointer<UInt8>?

    @inline(__always) init(_ group: InputGroup) { bytes = group.groupScales }
    @inline(__always) func factors(_ panel: Int) -> Vector {
      guard let bytes else { return Vector(repeating: 1) }
      return AVX512VNNI.float(bytesAt: bytes + panel &* Tile.outputs)
    }
    @inline(__always) static func product(_ scale: Vector, _ factors: Vector) -> Vector { scale * factors }
  }
#endif
