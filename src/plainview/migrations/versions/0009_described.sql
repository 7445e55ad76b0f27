ALTER TABLE assets ADD COLUMN described BOOLEAN DEFAULT false NOT NULL;
CREATE INDEX ix_assets_undescribed ON assets (asset_id) WHERE NOT described;
