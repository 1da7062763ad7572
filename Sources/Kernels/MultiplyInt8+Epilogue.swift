extension MultiplyInt8 {
  /// t after `group`: the integer sums of one row and panel, corrected for the zero point, scaled, and added to
  /// the groups before.
  @_alwaysEmitIntoClient @inline(__always)
  func scaled<I: InstructionSet>(
    _: I.Type, _ tile: Int8Tile, _ r: Int, _ p: Int, _ row: Int, _ panel: Int, _ group: Int,
    _ groups: Int, _ partial: UnsafeMutablePointer<Vector>
  ) -> Vector {
    let step = (row &+ r) &* groups &+ group
    let columnSums = UnsafeRawPointer(
      matrix.columnSums + (group &* matrix.panels &+ panel &+ p) &* Tile.outputs
    )
    .loadUnaligned(as: SIMD16<Int32>.self)
    let zeroPoint = SIMD16<Int32>(repeating: rows.zeroPoints[step])
    let scale = Vector(repeating: rows.scales[step])
    let product = I.float(tile.sums[r &* 4 &+ p] &- zeroPoint &* columnSums)
    return group == 0 ? product * scale : I.fma(product, scale, partial[r &* 4 &+ p])
  }

  /// After every group but the last.
  @_alwaysEmitIntoClient @inline(__always)
  func keep<I: InstructionSet>(
    _: I.Type, _ tile: Int8Tile, _ row: Int, _ panel: Int, _ group: Int,
    _ groups: Int, _ partial: UnsafeMutablePointer<Vector>
  ) {
    var r = 0
    while r < tile.rowCount {
      var p = 0
      while p < tile.panelCount {
        partial[r &* 4 &+ p] = scaled(I.self, tile, r, p, row, panel, group, groups, partial)
        p &+= 1
      }
      r &+= 1
    }
  }

  /// After the last group: weight scale, bias, epilogue, and the output.
  @_alwaysEmitIntoClient @inline(__always)
  func finish<I: InstructionSet>(
    _: I.Type, _ tile: Int8Tile, _ row: Int, _ panel: Int, _ group: Int,
    _ groups: Int, _ partial: UnsafeMutablePointer<Vector>
  ) {
    var r = 0
    while r < tile.rowCount {
      var p = 0
      while p < tile.panelCount {
        let channel = (panel &+ p) &* Tile.outputs
        let t = scaled(I.self, tile, r, p, row, panel, group, groups, partial)
        var y = I.fma(t, Vector(at: matrix.scales + channel), Vector(at: matrix.bias + channel))
        switch epilogue {
        case .store: break
        case .gelu: y = gelu(I.self, y)
        case .add(let residual, let stride): y += Vector(at: residual + ((row &+ r) &* stride &+ channel))
        }
        y.store(at: output + ((row &+ r) &* outputStride &+ channel))
        p &+= 1
      }
      r &+= 1
    }
  }
}
