#if arch(x86_64)
  import CShims
  import Kernels

  /// How a product is cut into blocks of tiles: two tiles of rows by two panels, or, for at most 16 rows, one by four.
  ///
  ///            panel 0   panel 1                   panel 0   panel 1   panel 2   panel 3
  ///     rows   sums 0    sums 1             rows   sums 0    sums 1    sums 2    sums 3
  ///     rows   sums 2    sums 3
  struct TileShape {
    /// Rows of a block, and panels that are multiplied at a time.
    let rows: Int
    let panels: Int
    /// Panels that a block gets on: fewer than are multiplied where the matrix is that narrow.
    let step: Int
    /// Bytes from one panel to the next.
    let panelStride: Int
    /// Lines of the next panels' weights that each block of rows fetches, of 16 a panel and 64 inputs.
    let linesAhead: UInt32
    private let firstRows: Int
    private let secondRows: Int

    @inline(__always)
    init(rows count: Int, of matrix: Int8Matrix) {
      let isWide = count <= 16
      rows = isWide ? 16 : 32
      panels = isWide ? 4 : 2
      let isNarrow = matrix.panels < panels
      step = isNarrow ? 1 : panels
      panelStride = isNarrow ? 0 : Tile.panelBytes(inputs: matrix.inputs)
      firstRows = min(count, 16)
      secondRows = isWide ? 0 : min(count &- 16, 16)
      let blocks = (count &+ rows &- 1) / rows
      linesAhead = UInt32(truncatingIfNeeded: (panels &* 16 &+ blocks &- 1) / blocks)
    }

    @inline(__always)
    func configure() {
      kqs_tiles_configure(UInt32(truncatingIfNeeded: firstRows), UInt32(truncatingIfNeeded: secondRows))
    }
  }
#endif
