#if arch(x86_64)
  import CShims
  import Kernels

  extension MultiplyInt8 {
    /// The product in blocks of tiles: panels outside, so that their weights stay near over all rows; inside, blocks of
    /// rows; inside, groups. Every sum is an exact integer, so the blocking shows in no bit.
    @inline(never)
    func runOnTiles() {
      guard firstRow < lastRow, firstPanel < lastPanel else { return }
      let shape = TileShape(rows: lastRow &- (firstRow & ~15), of: matrix)
      shape.configure()
      run(
        on: shape, scratch.assumingMemoryBound(to: SIMD16<Int32>.self),
        (scratch + 128 &* Tile.bytes).assumingMemoryBound(to: Vector.self))
      kqs_tiles_release()
    }

    @inline(__always)
    private func run(
      on shape: TileShape, _ sums: UnsafeMutablePointer<SIMD16<Int32>>,
      _ partial: UnsafeMutablePointer<Vector>
    ) {
      var block = Int8Block(panel: firstPanel, groups: matrix.groups, sums: sums, partial: partial)
      while block.panel < lastPanel {
        block.panelCount = min(lastPanel &- block.panel, shape.step)
        var row = firstRow & ~15
        var lines: Range<UInt32> = 0..<0
        while row < lastRow {
          lines = lines.upperBound..<lines.upperBound &+ shape.linesAhead
          block.row = max(row, firstRow)
          block.rowCount = min(lastRow, row &+ shape.rows) &- block.row
          multiply(block, row, shape, lines, sums)
          row &+= shape.rows
        }
        block.panel &+= shape.step
      }
    }

    /// All groups of one block of tiles, whose first row is `row`, and the epilogue of those of its rows and panels that
    /// were asked for.
    @inline(__always)
    private func multiply(
      _ asked: Int8Block, _ row: Int, _ shape: TileShape, _ lines: Range<UInt32>,
      _ sums: UnsafeMutablePointer<SIMD16<Int32>>
    ) {
      // The last panels are multiplied again with some before them.
      let panel = shape.step == shape.panels ? min(asked.panel, matrix.panels &- shape.panels) : asked.panel
      let panelBytes = Tile.panelBytes(inputs: matrix.inputs)
      let groupSize = asked.groups == 1 ? matrix.inputs : matrix.groupSize
      var block = asked
      block.sums += (asked.row &- row) &* 4 &+ (asked.panel &- panel)
      var group = 0
      while group < block.groups {
        let first = group &* groupSize
        let slice = TileSlice(
          rows: UnsafeRawPointer(rows.values) + (row &* rows.stride &+ first &* 16),
          second: 16 &* rows.stride,
          weights: UnsafeRawPointer(matrix.weights) + (panel &* panelBytes &+ first &* Tile.outputs),
          panelStride: shape.panelStride, steps: min(matrix.inputs &- first, groupSize) / 64)
        if shape.panels == 2 {
          slice.multiplyTwoByTwo(lines, sums)
        } else {
          slice.multiplyOneByFour(lines, sums)
        }
        if group &+ 1 < block.groups {
          keep(AMX.self, block, group)
        } else {
          finish(AMX.self, block, group)
        }
        group &+= 1
      }
    }
  }
#endif
