/** Name and uid of the data source in `provisioning/datasources/throughline.yaml`. */
export const DATA_SOURCE = {
  name: 'Throughline',
  uid: 'throughline',
  type: 'throughline-delivery-datasource',
} as const;
