#if arch(x86_64)
  import CShims
  import Kernels

  extension MultiplyInt8 {
    /// The product in blocks of tiles: panels outside, so that their weights stay near over all rows; inside, blocks of
    /// rows; inside, groups. Every sum is an exact integer, so the blocking shows in no bit.
    @inline(never)
    func runOnTiles() {
      guard firstRow < lastRow, firstPanel < lastPanel else { return }
      var sums = InlineArray<128, SIMD16<Int32>>(repeating: .zero)
      var partial = InlineArray<128, Vector>(repeating: .zero)
      let shape = TileShape(rows: lastRow &- (firstRow & ~15), of: matrix)
      shape.configure()
      withUnsafeMutablePointer(to: &sums) { sums in
        withUnsafeMutablePointer(to: &partial) { partial in
          run(
            on: shape, UnsafeMutableRawPointer(sums).assumingMemoryBound(to: SIMD16<Int32>.self),
            UnsafeMutableRawPointer(partial).assumingMemoryBound(to: Vector.self))
        }
      }
      kqs_tiles_release()
    }

    @inline(__always)
    private func run(
      on shape: TileShape, _ sums: UnsafeMutablePointer<SIMD16<Int32>>,
      _ partial: UnsafeMutablePointer<Vector>
    ) {
      var block = Int8Block(
        row: 0, panel: firstPanel, groups: matrix.groups, partial: partial,
        ahead: UnsafeRawPointer(matrix.weights))
      while block.panel < lastPanel {
        var row = firstRow & ~15
        var lines: Range<UInt32> = 0..<0
        while row < lastRow {
          lines = lines.upperBound..<lines.upperBound &+ shape.linesAhead
          block.row = row
          multiply(block, shape, lines, sums)
          row &+= shape.rows
        }
        block.panel &+= shape.step
      }
    }

    /// All groups of one block, and the epilogue of those of its rows and panels that were asked for.
    @inline(__always)
    private func multiply(
      _ block: Int8Block, _ shape: TileShape, _ lines: Range<UInt32>,
      _ sums: UnsafeMutablePointer<SIMD16<Int32>>
    ) {
      // The last panels are multiplied again with some before them.
      let panel = shape.step == shape.panels ? min(block.panel, matrix.panels &- shape.panels) : block.panel
      var asked = block
      asked.row = max(block.row, firstRow)
      let tile = Int8Tile(
        rowCount: min(lastRow, block.row &+ shape.rows) &- asked.row,
        panelCount: min(lastPanel &- block.panel, shape.step),
        sums: sums + ((asked.row &- block.row) &* 4 &+ (block.panel &- panel)))
      let groupSize = block.groups == 1 ? matrix.inputs : matrix.groupSize
      var group = 0
      while group < block.groups {
        let first = group &* groupSize
        let slice = TileSlice(
          rows: UnsafeRawPointer(rows.values) + (block.row &* rows.stride &+ first &* 16),
          second: 16 &* rows.stride,
          weights: UnsafeRawPointer(matrix.weights) + (panel &* panelBytes &+ first &* Tile.outputs),
          panelStride: shape.panelStride, steps: min(matrix.inputs &- first, groupSize) / 64)
        if shape.panels == 2 {
          slice.multiplyTwoByTwo(lines, sums)
        } else {
          slice.multiplyOneByFour(lines, sums)
        }
        if group &+ 1 < block.groups {
          keep(AMX.self, tile, asked, group)
        } else {
          finish(AMX.self, tile, asked, group)
        }
        group &+= 1
      }
    }

    @inline(__always)
    private var panelBytes: Int { Tile.panelBytes(inputs: matrix.inputs) }
  }
#endif
