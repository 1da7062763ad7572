/// A product whose right side is packed in panels of 16 columns.
public protocol PanelProduct {
  var rows: Int { get }
  /// A multiple of 16.
  var columns: Int { get }

  /// One register tile over the whole of the inner dimension, and what is done with its sums.
  func multiplyBlock<I: InstructionSet>(
    _: I.Type, _ row: Int, _ rowCount: Int, _ panel: Int, _ panelCount: Int)
}

extension PanelProduct {
  /// Blocks of panels, so that their part of the right side stays cached over all rows; inside, blocks of rows.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    let panels = columns / Tile.lanes
    var panel = 0
    while panel < panels {
      if panels &- panel >= I.tilePanels {
        multiplyWide(I.self, panel)
        panel &+= I.tilePanels
      } else if I.tilePanels > 2, panels &- panel >= 2 {
        multiplyPair(I.self, panel)
        panel &+= 2
      } else {
        multiplyNarrow(I.self, panel)
        panel &+= 1
      }
    }
  }

  // Not inlined, as the sum of all cases is more than the optimizer takes in one function; the instruction set is
  // part of their symbols.

  @_alwaysEmitIntoClient @inline(never)
  func multiplyWide<I: InstructionSet>(_: I.Type, _ panel: Int) {
    multiplyPanels(I.self, panel, I.tilePanels)
  }

  @_alwaysEmitIntoClient @inline(never)
  func multiplyPair<I: InstructionSet>(_: I.Type, _ panel: Int) { multiplyPanels(I.self, panel, 2) }

  @_alwaysEmitIntoClient @inline(never)
  func multiplyNarrow<I: InstructionSet>(_: I.Type, _ panel: Int) { multiplyPanels(I.self, panel, 1) }

  @_alwaysEmitIntoClient @inline(__always)
  func multiplyPanels<I: InstructionSet>(_: I.Type, _ panel: Int, _ panelCount: Int) {
    var row = 0
    while row < rows {
      let block = I.tileRows == 1 ? 1 : Tile.blockRows(rows &- row)
      // The counts are literals, so that every case keeps its accumulators in registers.
      switch block {
      case 1: multiplyBlock(I.self, row, 1, panel, panelCount)
      case 2: multiplyBlock(I.self, row, 2, panel, panelCount)
      case 3: multiplyBlock(I.self, row, 3, panel, panelCount)
      case 4: multiplyBlock(I.self, row, 4, panel, panelCount)
      case 5: multiplyBlock(I.self, row, 5, panel, panelCount)
      default: multiplyBlock(I.self, row, 6, panel, panelCount)
      }
      row &+= block
    }
  }
}
