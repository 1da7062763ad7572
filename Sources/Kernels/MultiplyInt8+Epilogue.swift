/// What is done with an element `y` of an int8 product before it is stored.
///
/// A type for each case, so that the compiler makes a loop for each instead of asking for every vector.
public protocol Int8Epilogue {
  /// - Parameters:
  ///   - y: 16 channels of a row.
  ///   - row: the row of the product.
  ///   - channel: the first of the channels.
  func apply<I: InstructionSet>(_: I.Type, _ y: Vector, row: Int, channel: Int) -> Vector
  /// Whether `apply` leaves most registers to the sums of a tile.
  static var fitsBesideSums: Bool { get }
  /// May ask for what `apply` will read of a tile.
  func fetch<I: InstructionSet>(_: I.Type, row: Int, rows: Int, channel: Int, panels: Int)
}

extension Int8Epilogue {
  @_alwaysEmitIntoClient @inline(__always)
  public static var fitsBesideSums: Bool { true }

  @_alwaysEmitIntoClient @inline(__always)
  public func fetch<I: InstructionSet>(_: I.Type, row: Int, rows: Int, channel: Int, panels: Int) {}
}

/// y.
public struct StoreEpilogue: Int8Epilogue {
  @_alwaysEmitIntoClient @inline(__always)
  public init() {}

  @_alwaysEmitIntoClient @inline(__always)
  public func apply<I: InstructionSet>(_: I.Type, _ y: Vector, row: Int, channel: Int) -> Vector { y }
}

/// gelu(y).
public struct GeluEpilogue: Int8Epilogue {
  /// The polynomial has eleven constants.
  @_alwaysEmitIntoClient @inline(__always)
  public static var fitsBesideSums: Bool { false }

  @_alwaysEmitIntoClient @inline(__always)
  public init() {}

  @_alwaysEmitIntoClient @inline(__always)
  public func apply<I: InstructionSet>(_: I.Type, _ y: Vector, row: Int, channel: Int) -> Vector {
    geluPolynomial(I.self, y)
  }
}

/// y + residual.
public struct AddEpilogue: Int8Epilogue {
  @usableFromInline let residual: UnsafePointer<Float>
  @usableFromInline let stride: Int

  @_alwaysEmitIntoClient @inline(__always)
  public init(residual: UnsafePointer<Float>, stride: Int) {
    self.residual = residual
    self.stride = stride
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func apply<I: InstructionSet>(_: I.Type, _ y: Vector, row: Int, channel: Int) -> Vector {
    y + Vector(at: residual + (row &* stride &+ channel))
  }

  /// Hidden states of a long block have left the cache since they were quantized, and their rows are too far from each
  /// other for the machine to guess the next.
  @_alwaysEmitIntoClient @inline(__always)
  public func fetch<I: InstructionSet>(_: I.Type, row: Int, rows: Int, channel: Int, panels: Int) {
    var r = 0
    while r < rows {
      let place = UnsafeRawPointer(residual + ((row &+ r) &* stride &+ channel))
      var p = 0
      while p < panels {
        I.fetch(place + p &* Tile.bytes)
        p &+= 1
      }
      r &+= 1
    }
  }
}

extension MultiplyInt8 {
  // Panels are the outer loops: what belongs to channels is then loaded once, and what belongs to rows is
  // broadcast from memory. The count of rows and the question whether a group is the first are literals where it
  // matters, so that the loops over rows unroll without branches; scalar floats gain nothing from that.

  /// After every group but the last: the sums so far, corrected and scaled.
  @_alwaysEmitIntoClient @inline(never)
  public func keep<I: InstructionSet>(_: I.Type, _ block: Int8Block, _ group: Int) {
    if block.rowCount != I.unrolledRows {
      keep(I.self, block, group, rows: block.rowCount, first: group == 0)
    } else if group == 0 {
      keep(I.self, block, group, rows: I.unrolledRows, first: true)
    } else {
      keep(I.self, block, group, rows: I.unrolledRows, first: false)
    }
  }

  /// After the last group: weight scale, bias, epilogue, and the output.
  @_alwaysEmitIntoClient @inline(__always)
  public func finish<I: InstructionSet>(_: I.Type, _ block: Int8Block, _ group: Int) {
    switch epilogue {
    case .store: finish(I.self, block, group, StoreEpilogue())
    case .gelu: finish(I.self, block, group, GeluEpilogue())
    case .add(let residual, let stride):
      finish(I.self, block, group, AddEpilogue(residual: residual, stride: stride))
    }
  }

  @_alwaysEmitIntoClient @inline(never)
  func finish<I: InstructionSet, E: Int8Epilogue>(
    _: I.Type, _ block: Int8Block, _ group: Int, _ epilogue: E
  ) {
    if block.rowCount != I.unrolledRows {
      finish(I.self, block, group, epilogue, rows: block.rowCount, first: group == 0)
    } else if group == 0 {
      finish(I.self, block, group, epilogue, rows: I.unrolledRows, first: true)
    } else {
      finish(I.self, block, group, epilogue, rows: I.unrolledRows, first: false)
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func keep<I: InstructionSet>(
    _: I.Type, _ block: Int8Block, _ group: Int, rows count: Int, first: Bool
  ) {
    var p = 0
    while p < block.panelCount {
      let correction = correction(I.self, block, group, p)
      let groupScale = groupScale(I.self, block, group, p)
      var r = 0
      while r < count {
        block.partial[r &* 4 &+ p] = scaled(I.self, block, group, r, p, correction, groupScale, first: first)
        r &+= 1
      }
      p &+= 1
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func finish<I: InstructionSet, E: Int8Epilogue>(
    _: I.Type, _ block: Int8Block, _ group: Int, _ epilogue: E, rows count: Int, first: Bool
  ) {
    var p = 0
    while p < block.panelCount {
      let channel = (block.panel &+ p) &* Tile.outputs
      let correction = correction(I.self, block, group, p)
      // The last group is the first only where it is the only one.
      let groupScale = first ? Vector(repeating: 1) : groupScale(I.self, block, group, p)
      let weightScales = Vector(at: matrix.scales + channel)
      let bias = Vector(at: matrix.bias + channel)
      var r = 0
      while r < count {
        let row = block.row &+ r
        let t = scaled(I.self, block, group, r, p, correction, groupScale, first: first)
        epilogue.apply(I.self, I.fma(t, weightScales, bias), row: row, channel: channel)
          .store(at: output + (row &* outputStride &+ channel))
        r &+= 1
      }
      p &+= 1
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func correction<I: InstructionSet>(_: I.Type, _ block: Int8Block, _ group: Int, _ p: Int) -> SIMD16<Int32> {
    let channel = (group &* matrix.panels &+ block.panel &+ p) &* Tile.outputs
    return I.correction(UnsafeRawPointer(matrix.columnSums + channel).loadUnaligned(as: SIMD16<Int32>.self))
  }

  @_alwaysEmitIntoClient @inline(__always)
  func groupScale<I: InstructionSet>(_: I.Type, _ block: Int8Block, _ group: Int, _ p: Int) -> Vector {
    let channel = (group &* matrix.panels &+ block.panel &+ p) &* Tile.outputs
    guard let scales = matrix.groupScales else { return Vector(repeating: 1) }
    return I.float(bytesAt: scales + channel)
  }

  /// t after `group`: the integer sums of one row and panel, corrected for the zero point, scaled, and added to
  /// the groups before.
  @_alwaysEmitIntoClient @inline(__always)
  func scaled<I: InstructionSet>(
    _: I.Type, _ block: Int8Block, _ group: Int, _ r: Int, _ p: Int,
    _ correction: SIMD16<Int32>, _ groupScale: Vector, first: Bool
  ) -> Vector {
    let step = (block.row &+ r) &* block.groups &+ group
    let zeroPoint = SIMD16<Int32>(repeating: rows.zeroPoints[step])
    let scale = Vector(repeating: rows.scales[step]) * groupScale
    let product = I.float(I.corrected(block.sums[r &* 4 &+ p], zeroPoint, correction))
    return first ? product * scale : I.fma(product, scale, block.partial[r &* 4 &+ p])
  }
}
